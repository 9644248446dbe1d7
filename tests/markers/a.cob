000100* TODO: yes in the seventh column
000200 DISPLAY "* TODO: no". *> TODO: yes
