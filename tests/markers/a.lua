local a = [==[ -- TODO: no ]] ]==] -- TODO: yes
--[[ TODO: yes
]]
local b = "-- TODO: no" --[=[ TODO: yes ]=]
