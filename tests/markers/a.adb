X : Character := '"'; -- TODO: yes
Y := Integer'Last; -- TODO: yes
S := "-- TODO: no";
