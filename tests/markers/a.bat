rem TODO: yes
@REM TODO: yes
:: TODO: yes
echo rem TODO: no
