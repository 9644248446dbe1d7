call x ! TODO: yes
print *, "! TODO: no"
