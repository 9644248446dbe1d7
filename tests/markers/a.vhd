a <= '1'; -- TODO: yes
b <= "-- TODO: no";
