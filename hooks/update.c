#include <stdio.h>

#include "flow/gate.h"

int main(int argc, char **argv)
{
	if (argc < 4) {
		fputs("hotfix: the update hook takes a ref, its old and its new id\n", stderr);
		return 1;
	}
	return gate_update(argv[0], argv[1], argv[2], argv[3]);
}
