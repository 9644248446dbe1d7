@doc """
TODO: yes, documentation
"""
@moduledoc ~S"""
TODO: yes, documentation
"""
a = """
# TODO: no
"""
b = ~r/"#/ # TODO: yes
c = ?# # TODO: yes
d = "#{"# TODO: no"}" # TODO: yes
