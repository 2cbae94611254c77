# A RabbitMQ broker for the tests of a file: everything of its own (node, ports, epmd, cookie, disk), on loopback alone,
# whatever else runs. Loaded behind library and receiver.
# shellcheck shell=bash disable=SC2154,SC2034 # for bats; variables of the others, and for the tests

BROKER_BIN=/usr/lib/rabbitmq/bin

# In setup_file: certificates, ports, the broker itself, what definitions.json and the README make there, and more.
broker_begin() {
	broker=$BATS_FILE_TMPDIR/broker
	mkdir -p "$broker/home"
	broker_free_ports 4 >"$broker/ports"
	broker_ports
	broker_certificates
	cat >"$broker/rabbitmq.conf" <<-CONF
		listeners.tcp.1 = 127.0.0.1:$broker_port
		listeners.ssl.1 = 127.0.0.1:$broker_tls_port
		ssl_options.cacertfile = $broker/ca.pem
		ssl_options.certfile = $broker/server.pem
		ssl_options.keyfile = $broker/server.key
		ssl_options.verify = verify_peer
		ssl_options.fail_if_no_peer_cert = true
		auth_mechanisms.1 = PLAIN
		auth_mechanisms.2 = EXTERNAL
		ssl_cert_login_from = common_name
		disk_free_limit.absolute = 1MB
		log.file.level = info
	CONF
	echo '[rabbitmq_auth_mechanism_ssl].' >"$broker/plugins"
	# else the broker starts one that outlives it
	"$(ls /usr/lib/erlang/erts-*/bin/epmd)" -port "$epmd_port" -address 127.0.0.1 3>&- >"$broker/epmd.log" 2>&1 &
	echo $! >"$broker/epmd.pid"
	await listens "$epmd_port"
	broker_start
	broker_furnish
}

# Below those that the system gives to others, so that a broker that is started again finds its own still free.
broker_free_ports() { # COUNT: on one line
	local port found=0
	while [ "$found" -lt "$1" ]; do
		port=$((10240 + RANDOM % 20000))
		! listens "$port" || continue
		found=$((found + 1))
		printf '%s ' "$port"
	done
	echo
}

listens() { # PORT
	(: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

broker_ports() {
	broker=$BATS_FILE_TMPDIR/broker
	read -r broker_port broker_tls_port dist_port epmd_port <"$broker/ports"
}

broker_certificates() {
	local name
	(
		cd "$broker" || exit 1
		for name in ca other-ca; do
			openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$name.key" -out "$name.pem" \
				-days 2 -subj "/CN=$name"
		done
		for name in server client; do
			openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$name.key" -out "$name.csr" \
				-subj "/CN=$name"
			openssl x509 -req -in "$name.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out "$name.pem" \
				-extfile <(echo subjectAltName=DNS:localhost)
		done
		openssl ec -in client.key -aes128 -passout pass:word -out locked.key
		chmod 600 ./*.key
	) 2>/dev/null
}

become() { # COMMAND…: takes this shell's place, with the broker's environment
	exec env -u GL_USER HOME="$broker/home" RABBITMQ_NODENAME="hotfix-test-$broker_port@localhost" ERL_EPMD_PORT="$epmd_port" \
		ERL_EPMD_ADDRESS=127.0.0.1 RABBITMQ_DIST_PORT="$dist_port" RABBITMQ_CONF_ENV_FILE="$broker/env" \
		RABBITMQ_CONFIG_FILE="$broker/rabbitmq" RABBITMQ_ADVANCED_CONFIG_FILE="$broker/advanced" \
		RABBITMQ_ENABLED_PLUGINS_FILE="$broker/plugins" RABBITMQ_MNESIA_BASE="$broker/data" \
		RABBITMQ_LOG_BASE="$broker/log" RABBITMQ_GENERATED_CONFIG_DIR="$broker/generated" \
		RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1}" RUNNING_UNDER_SYSTEMD=true \
		"$@"
}

rabbitmqctl() {
	(become "$BROKER_BIN/rabbitmqctl" -q "$@" 3>&-)
}

broker_start() {
	become "$BROKER_BIN/rabbitmq-server" 3>&- >>"$broker/out" 2>&1 &
	echo $! >"$broker/pid"
	broker_await_start
}

broker_await_start() {
	local tries=60
	until rabbitmqctl await_startup --timeout 5 >/dev/null 2>&1; do
		[ $((tries -= 1)) -gt 0 ] || { cat "$broker/out" >&2; return 1; }
		sleep 0.5
	done
}

broker_kill() { # with -9
	kill -9 "$(cat "$broker/pid")"
	await broker_is_gone
}

broker_is_gone() {
	! kill -0 "$(cat "$broker/pid")" 2>/dev/null
}

# What README.md of share/receivers/rabbitmq says, for a single node; and what the tests need, of which "all" gets
# everything that goes to the exchange.
broker_furnish() {
	TOP=${HOTFIX_SOURCE:-$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}
	sed 's/"quorum"/"classic"/' "$TOP/share/receivers/rabbitmq/definitions.json" | rabbitmqctl import_definitions
	openssl rand -hex 32 >"$broker/password"
	chmod 600 "$broker/password"
	rabbitmqctl add_user hotfix <"$broker/password"
	# shellcheck disable=SC2016 # expressions
	rabbitmqctl set_permissions hotfix '^$' '^hotfix$' '^$'
	{ exchange other; exchange lonely; exchange full; queue all; queue other; queue lonely
		queue full '{"x-max-length": 1, "x-overflow": "reject-publish"}'
		bind hotfix all '#'; bind other other '#'; bind full full '#'; client; } | define
	await is_listed bindings 'source_name destination_name' 'full	full'
}

exchange() { # NAME
	jq -n --arg name "$1" \
		'{exchanges: [{$name, vhost: "/", type: "topic", durable: true, auto_delete: false, internal: false, arguments: {}}]}'
}

queue() { # NAME [ARGUMENTS]
	jq -n --arg name "$1" --argjson arguments "${2-null}" \
		'{queues: [{$name, vhost: "/", durable: true, auto_delete: false, arguments: ($arguments // {})}]}'
}

bind() { # EXCHANGE QUEUE ROUTING-KEY
	jq -n --arg source "$1" --arg destination "$2" --arg routing_key "$3" \
		'{bindings: [{$source, vhost: "/", $destination, destination_type: "queue", $routing_key, arguments: {}}]}'
}

client() { # the user of the certificate
	jq -n '{users: [{name: "client", password_hash: "", tags: ""}],
		permissions: [{user: "client", vhost: "/", configure: ".*", write: ".*", read: ".*"}]}'
}

define() { # everything on standard input; it is not waited for
	jq -s 'reduce (.[] | to_entries[]) as $kind ({}; .[$kind.key] += $kind.value)' | rabbitmqctl import_definitions
}

is_listed() { # WHAT COLUMNS LINE
	# shellcheck disable=SC2086 # one word per column
	rabbitmqctl "list_$1" $2 | grep -Fqx -e "$3"
}

broker_end() {
	local pid
	broker_ports
	for pid in pid epmd.pid; do
		kill "$(cat "$broker/$pid")" 2>/dev/null || :
	done
	await broker_is_gone || kill -9 "$(cat "$broker/pid")"
	await broker_leaves_nothing || { broker_processes >&2; return 1; }
}

broker_leaves_nothing() {
	[ -z "$(broker_processes)" ]
}

broker_processes() { # every process that has the broker's home, and epmd
	{
		grep -lZ -e "^HOME=$broker/home\$" -z /proc/[0-9]*/environ 2>/dev/null | tr '\0' '\n' | cut -d / -f 3
		kill -0 "$(cat "$broker/epmd.pid")" 2>/dev/null && cat "$broker/epmd.pid"
	} | grep -vx "$$" | xargs -r ps -o pid,args -p | tail -n +2
}

take() { # QUEUE: all its messages into $ROOT/QUEUE, how many into $taken
	mkdir -p "$ROOT/$1"
	taken=$(NODE_PATH=$TOP/tests/node_modules node "$TOP/tests/receivers/take-messages.js" \
		"amqp://guest:guest@127.0.0.1:$broker_port" "$1" "$ROOT/$1")
}

property() { # QUEUE NUMBER NAME
	jq -r --arg name "$3" '.[$name] // ""' "$ROOT/$1/$2.properties"
}
