mov r0, #1 ; TODO: yes
# TODO: yes
.ascii "; TODO: no"
