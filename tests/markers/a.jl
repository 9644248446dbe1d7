#= TODO: yes #= TODO: yes =# =#
a = b' # TODO: yes
"""TODO: yes, documentation"""
f(x) = "# TODO: no"
