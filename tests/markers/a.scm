#| TODO: yes |# (f #\; "; TODO: no") ; TODO: yes
