"""
What a program in a room of its own may not ask of the kernel, as a seccomp filter in the kernel's own form.

It may make files and directories where it works, but nothing that leads elsewhere: the worker, which sees more, opens
what it finds there. Nor sockets, mounts, or the corners of the kernel that no decoder needs.
"""

from __future__ import annotations

import errno
import platform
import struct

# Numbers of <asm/unistd.h>; where there are two, the first is the older form that newer machines leave out.
_X86_64 = {
    "symlink": 88, "symlinkat": 266, "link": 86, "linkat": 265, "mknod": 133, "mknodat": 259,
    "socket": 41, "socketpair": 53, "connect": 42, "bind": 49,
    "mount": 165, "unshare": 272, "setns": 308, "open_by_handle_at": 304,
    "ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311,
    "bpf": 321, "userfaultfd": 323, "io_uring_setup": 425, "perf_event_open": 298,
    "add_key": 248, "request_key": 249, "keyctl": 250,
}  # fmt: skip
_AARCH64 = {
    "symlinkat": 36, "linkat": 37, "mknodat": 33,
    "socket": 198, "socketpair": 199, "connect": 203, "bind": 200,
    "mount": 40, "unshare": 97, "setns": 268, "open_by_handle_at": 265,
    "ptrace": 117, "process_vm_readv": 270, "process_vm_writev": 271,
    "bpf": 280, "userfaultfd": 282, "io_uring_setup": 425, "perf_event_open": 241,
    "add_key": 217, "request_key": 218, "keyctl": 219,
}  # fmt: skip
_MACHINES = {"x86_64": (0xC000003E, _X86_64), "aarch64": (0xC00000B7, _AARCH64)}  # AUDIT_ARCH_… of <linux/audit.h>

_INSTRUCTION = struct.Struct("=HBBI")  # struct sock_filter: code, jump if true, jump if false, value
_LOAD, _JUMP_IF_EQUAL, _JUMP_IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER_AT, _MACHINE_AT = 0, 4  # in struct seccomp_data
_KILL, _ALLOW, _REFUSE = 0x80000000, 0x7FFF0000, 0x00050000 | errno.EPERM
_OTHER_NUMBERING = 0x40000000  # x86-64 counts once more from here, for programs with short pointers


def refusing_filter(machine: str = "") -> bytes:
    """Return the filter for `machine`, by default this one; empty for one whose numbers are not known here."""
    architecture, numbers = _MACHINES.get(machine or platform.machine(), (0, {}))
    if not numbers:
        return b""
    checks = [(_JUMP_IF_AT_LEAST, _OTHER_NUMBERING), *((_JUMP_IF_EQUAL, number) for number in numbers.values())]
    jumps = [_INSTRUCTION.pack(code, len(checks) - place, 0, value) for place, (code, value) in enumerate(checks)]
    return b"".join(
        [
            _INSTRUCTION.pack(_LOAD, 0, 0, _MACHINE_AT),
            _INSTRUCTION.pack(_JUMP_IF_EQUAL, 1, 0, architecture),
            _INSTRUCTION.pack(_RETURN, 0, 0, _KILL),
            _INSTRUCTION.pack(_LOAD, 0, 0, _NUMBER_AT),
            *jumps,
            _INSTRUCTION.pack(_RETURN, 0, 0, _ALLOW),
            _INSTRUCTION.pack(_RETURN, 0, 0, _REFUSE),
        ]
    )
