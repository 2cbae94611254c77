#include "flow/gate.h"

int main(int argc, char **argv)
{
	return gate_pre_receive(argc > 0 ? argv[0] : "pre-receive");
}
