(def a \; "; TODO: no") ; TODO: yes
