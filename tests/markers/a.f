C TODO: yes in the first column
      CALL X ! TODO: yes
      PRINT *, '! TODO: no'
