a() -> $% , "% TODO: no". % TODO: yes
