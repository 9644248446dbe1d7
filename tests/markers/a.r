a <- r"(# TODO: no)" # TODO: yes
