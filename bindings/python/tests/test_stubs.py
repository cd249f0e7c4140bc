"""The type stubs describe the module that is there."""

import ast
import inspect
import pathlib
import subprocess
import sys

import pytest

import gstd

# What stubtest holds against every class that pybind11 makes: a metaclass of its own, and object's __init__ where there is no
# constructor.
OF_PYBIND11 = ("is inconsistent, metaclass differs", '__init__ is inconsistent, stub does not have *args parameter "args"')


def test_names_are_those_of_the_module(tmp_path):
    # Goal:   type checkers are told no name and no attribute that is not there, and miss none that is.
    # Method: mypy's stubtest imports the installed package and holds every stub against it.
    ended = subprocess.run(
        [sys.executable, "-m", "mypy.stubtest", "--concise", "gstd"], cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    lines = (ended.stdout + ended.stderr).splitlines()
    assert any(line.endswith(OF_PYBIND11) for line in lines), "stubtest did not get as far as the classes"
    assert [line for line in lines if not line.endswith(OF_PYBIND11)] == []


def stub_functions(module: str) -> dict[str, ast.arguments]:
    """Functions and methods of a stub, without properties: nobody calls those."""
    tree = ast.parse((pathlib.Path(gstd.__file__).parent / f"{module}.pyi").read_text())
    functions = {}
    for scope, body in [("", tree.body)] + [(f"{node.name}.", node.body) for node in tree.body if isinstance(node, ast.ClassDef)]:
        for node in body:
            if isinstance(node, ast.FunctionDef) and not any(ast.unparse(mark) == "property" for mark in node.decorator_list):
                functions[scope + node.name] = node.args
    return functions


def parameters(arguments: ast.arguments) -> list[tuple[str, str, object]]:
    """Kind, name and default of each; a default of `...` is a number that the library owns."""
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(positional) - len(arguments.defaults)) + arguments.defaults
    listed = [("positional", parameter.arg, default) for parameter, default in zip(positional, defaults)]
    listed += [("keyword", parameter.arg, default) for parameter, default in zip(arguments.kwonlyargs, arguments.kw_defaults)]
    return [(kind, name, default and ast.unparse(default)) for kind, name, default in listed if name != "self"]


MODULES = {"__init__": gstd, "js": gstd.js, "pow": gstd.pow, "wasm": gstd.wasm}
FUNCTIONS = [(module, name) for module in MODULES for name in stub_functions(module) if not name.endswith("__exit__")]


@pytest.mark.parametrize("module,name", FUNCTIONS)
def test_parameters_are_those_of_the_module(module, name):
    # Goal:   names, order, kinds and defaults of parameters are the real ones.
    # Method: pybind11 writes them into the first line of a function's docstring, where stubtest does not look.
    function = MODULES[module]
    for part in name.split("."):
        function = getattr(function, part)
    if inspect.isfunction(function):  # Python's own
        signature = f"{function.__name__}{inspect.signature(function)}"
    else:
        signature = function.__doc__.splitlines()[0]
    real = parameters(ast.parse(f"def {signature}: ...").body[0].args)
    told = parameters(stub_functions(module)[name])
    assert [(kind, parameter) for kind, parameter, _ in told] == [(kind, parameter) for kind, parameter, _ in real]
    assert [default for _, _, default in told if default != "..."] == [
        default for (_, _, default), (_, _, shown) in zip(real, told) if shown != "..."
    ]
