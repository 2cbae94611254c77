# Reads "ROUND VARIANT MICROSECONDS", where rounds below 0 are for warming up, and prints for each variant
# "VARIANT MEDIAN LOWEST ADDED SPREAD", in microseconds: its median; its lowest; the median, over the rounds, of what
# it took more than the empty hooks in the same round; and half the distance between the quartiles of that.
function sort(values, count,    i, j, value) {
	for (i = 2; i <= count; i++) {
		value = values[i]
		for (j = i - 1; j >= 1 && values[j] > value; j--)
			values[j + 1] = values[j]
		values[j + 1] = value
	}
}
function part(values, count, numerator, denominator,    place, low) {
	place = 1 + (count - 1) * numerator / denominator
	low = int(place)
	return low == count ? values[count] : values[low] + (place - low) * (values[low + 1] - values[low])
}
$1 >= 0 {
	taken[$2, $1] = $3
	if (!($2 in seen)) {
		seen[$2] = 1
		order[++variants] = $2
	}
	if ($1 + 1 > rounds)
		rounds = $1 + 1
}
END {
	for (v = 1; v <= variants; v++) {
		name = order[v]
		for (r = 0; r < rounds; r++) {
			own[r + 1] = taken[name, r]
			added[r + 1] = taken[name, r] - taken["empty", r]
		}
		sort(own, rounds)
		sort(added, rounds)
		printf "%s %d %d %d %d\n", name, part(own, rounds, 1, 2), own[1], part(added, rounds, 1, 2), \
			(part(added, rounds, 3, 4) - part(added, rounds, 1, 4)) / 2
	}
}
