#!/bin/sh
a=${x#TODO: no}; b=$# # TODO: yes
cat <<STOP # TODO: yes
# TODO: no
STOP
c="$(echo "it's" # TODO: yes in a substitution
)"
d='# TODO: no' e=a#TODO: no
f=$((1 << 2)) # TODO: yes
