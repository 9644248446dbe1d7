x = "' TODO: no" ' TODO: yes
REM TODO: yes
