select '-- TODO: no''-- TODO: no' -- TODO: yes
/* TODO: yes */
