{- TODO: yes {- TODO: yes -} -}
a' = 'x' -- TODO: yes
b = x --> "TODO: no"
c = "-- TODO: no" --- TODO: yes
