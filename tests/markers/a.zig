const a =
    \\// TODO: no
; // TODO: yes
