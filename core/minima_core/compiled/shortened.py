"""numba by the short way: kernels are put together as LLVM modules, and become machine code once, as a whole.

numba makes machine code of every function that it compiles, also of those that others only inline, optimises
each of them again in every one that calls it, counts references to arrays, and asks for the meaning of the
same operation on the same types thousands of times. For a method of sixty kernels that is most of the time.
Here

- a kernel that others inline stays a module (`Part`); all that a function of its own needs are linked,
  optimised and translated once (`Whole`), which gives the same bits: nothing here may change arithmetic;
- arrays are views of memory that somebody else owns: nothing counts references;
- passes over the code for what kernels do not use (generators, objects, array expressions) are left out;
- what an operation means for given types is looked up once (`_remembering`).

All that leans on the inside of numba stands in this file. It is known for the versions in `KNOWN`; any other
numba goes its own way, which takes three times as long and gives the same bits.
"""

from __future__ import annotations

import contextlib
import functools
import gc
from collections.abc import Iterator
from types import FunctionType, SimpleNamespace
from typing import Any

__all__ = ["compiled", "dispatcher"]

KNOWN = ("0.68.",)
"""Beginnings of the versions of numba whose inside this file knows."""

_OPTIONS: dict[str, Any] = {"nopython": True, "nogil": True, "error_model": "numpy", "_nrt": False}


def dispatcher(function: FunctionType) -> Any:
    """Return what numba sees in place of a kernel that others inline."""
    # Kernels call each other only: they need no ways in from Python and C.
    options: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    if not _is_known():
        import numba

        return numba.njit(function, nogil=True, error_model="numpy", **options)
    options |= _OPTIONS
    return _numba().Inlined(function, {}, options, _numba().Short)


def compiled(function: FunctionType, signature: Any) -> Any:
    """Return a function compiled with a C signature, as numba's `cfunc` does."""
    if not _is_known():
        import numba

        return numba.cfunc(signature, error_model="numpy")(function)
    made = _numba().CFunc(
        function, (signature.args, signature.return_type), {}, dict(_OPTIONS), _numba().Short
    )
    with _numba().lock, _remembering(), _few_collections():
        made.compile()
    return made


def _is_known() -> bool:
    import numba

    return bool(numba.__version__.startswith(KNOWN))


@contextlib.contextmanager
def _few_collections() -> Iterator[None]:
    """Let Python look for circular garbage less often: compiling makes a million objects; most live."""
    before = gc.get_threshold()
    if before[0]:
        gc.set_threshold(max(before[0], 200_000), *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextlib.contextmanager
def _remembering() -> Iterator[None]:
    """Let numba remember what an operation means for given types, for as long as it compiles."""
    types, known = _numba().types, _numba().known
    look_up = types.Function.get_call_type

    def get_call_type(self: Any, context: Any, args: Any, kws: Any) -> Any:
        if kws:
            return look_up(self, context, args, kws)
        key = self, tuple(args)
        found = known.get(key)
        if found is None:
            found = look_up(self, context, args, kws)
            if found is not None:
                known[key] = found
        return found

    types.Function.get_call_type = get_call_type
    try:
        yield
    finally:
        types.Function.get_call_type = look_up


@functools.cache
def _numba() -> SimpleNamespace:
    """Make the classes that take the short way, once numba is needed."""
    from numba.core import ccallback, codegen, compiler, compiler_machinery, errors, typed_passes, types
    from numba.core.compiler_lock import global_compiler_lock
    from numba.core.registry import CPUDispatcher

    machine = codegen.JITCodeLibrary

    def needed(libraries: Any) -> list[Any]:
        """Return libraries and all that they need, each once."""
        found: dict[Any, None] = {}
        waiting = list(libraries)
        while waiting:
            each = waiting.pop()
            if each not in found:
                found[each] = None
                if isinstance(each, Part):
                    waiting += each._linking_libraries
        return list(found)

    class Part(machine):  # type: ignore[misc, valid-type]
        """Code for inlining: a module that is neither optimised nor translated on its own."""

        def _optimize_functions(self, module: Any) -> None:
            module.data_layout = self._codegen._data_layout

        def finalize(self) -> None:
            self._finalized = True

        def _get_module_for_linking(self) -> Any:
            """Return it with all that it needs, for functions that numba compiles in its own way."""
            module = machine._get_module_for_linking(self).clone()
            for each in needed(self._linking_libraries):
                module.link_in(machine._get_module_for_linking(each), preserve=True)
            return module

    class Whole(machine):  # type: ignore[misc, valid-type]
        """A function with all that it inlines."""

        def _optimize_functions(self, module: Any) -> None:
            module.data_layout = self._codegen._data_layout

        def finalize(self) -> None:
            own = {each.name for each in self._final_module.functions if not each.is_declaration}
            for each in needed(self._linking_libraries):
                self._final_module.link_in(machine._get_module_for_linking(each), preserve=True)
            for each in self._final_module.functions:
                if not each.is_declaration and each.name not in own:
                    each.linkage = "internal"  # nobody else calls it: it may go where it is called
            passes, builder = self._codegen._module_pass_manager()
            passes.run(self._final_module, builder)
            self._final_module.verify()
            self._finalize_final_module()

    class Typing(typed_passes.NopythonTypeInference):
        """Type inference, after which kernels may return arrays."""

        _name = "minima_typing"

        def run_pass(self, state: Any) -> bool:
            found = typed_passes.type_inference_stage(
                state.typingctx, state.targetctx, state.func_ir, state.args, state.return_type, state.locals
            )
            state.typemap, state.return_type, state.calltypes, state.typing_errors = found
            return True

    compiler_machinery.register_pass(mutates_CFG=True, analysis_only=False)(Typing)

    class Passes(compiler.PassManager):
        """Passes one after the other, without a report on each."""

        def run(self, state: Any) -> None:
            for kind, _ in self.passes:
                each = compiler_machinery._pass_registry.get(kind).pass_inst
                each.analysis = self._analysis
                try:
                    each.run_initialization(state)
                    each.run_pass(state)
                    each.run_finalizer(state)
                except errors.NumbaError as error:
                    error.args = (f"In {state.func_id.func_qualname}: {error}",)
                    raise

    class Short(compiler.CompilerBase):
        """The short way from Python's code to a library."""

        def define_pipelines(self) -> list[Any]:
            state = self.state
            kind = Part if state.flags.no_cfunc_wrapper else Whole
            state.library = kind(state.targetctx.codegen(), state.func_id.func_qualname)
            state.library.enable_object_caching()
            state.flags.no_compile = True
            passes = Passes("minima")
            for each in (
                compiler.TranslateByteCode,
                compiler.FixupArgs,
                compiler.IRProcessing,
                compiler.RewriteSemanticConstants,
                compiler.DeadBranchPrune,
                compiler.ReconstructSSA,
                Typing,
                compiler.PreLowerStripPhis,
                compiler.IRLegalization,
                compiler.NativeLowering,
                compiler.NoPythonBackend,
            ):
                passes.add_pass(each, each.__name__)
            passes.finalize()
            return [passes]

    class Inlined(CPUDispatcher):
        """A function that compiled ones may call, and nobody else."""

        def add_overload(self, result: Any) -> None:
            self.targetctx.insert_user_function(result.fndesc, result.fndesc, [result.library])
            self.overloads[tuple(result.signature.args)] = result._replace(entry_point=result.fndesc)

    return SimpleNamespace(
        Short=Short, Inlined=Inlined, CFunc=ccallback.CFunc, types=types, lock=global_compiler_lock, known={}
    )
