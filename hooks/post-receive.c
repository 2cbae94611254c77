#include "flow/gate.h"

int main(int argc, char **argv)
{
	return gate_post_receive(argc > 0 ? argv[0] : "post-receive");
}
