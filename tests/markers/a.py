"""Module. TODO: yes in a docstring"""
x = """TODO: no, a value"""
def f():
    r'''TODO: yes, raw'''
    return call(
        "TODO: no, an argument"
    )
y = '# TODO: no' "it's"  # TODO: yes
z = \
    "TODO: no, continued"
class C: "TODO: no, on the same line"
"TODO: no, an expression".strip()
