"""The C headers that programs for the simulated library include, made from the facts.

They are those of the Linux edition: without windows.h, ``sr_getevt*`` without an
argument, handlers of any of the types in use.
"""

from __future__ import annotations

from pathlib import Path

from boardivr.hal.dialogic_cffi import facts
from boardivr.hal.dialogic_cffi.facts import declare

INCLUDES: dict[str, tuple[str, ...]] = {
    "srl_eblk.h": ("dlgtypes.h",),
    "srltpt.h": ("dlgtypes.h",),
    "srllib.h": ("srl_eblk.h", "srltpt.h"),
    "ctinfo.h": ("dlgtypes.h",),
    "dxtables.h": ("dlgtypes.h",),
    "dxdigit.h": ("dlgtypes.h",),
    "dxcallp.h": ("dlgtypes.h",),
    "dxuio.h": ("dlgtypes.h",),
    "dxr2mf.h": ("dlgtypes.h",),
    "dxdevdef.h": ("dlgtypes.h",),
    "dxxxlib.h": (
        "srllib.h", "ctinfo.h", "dxtables.h", "dxdigit.h", "dxcallp.h", "dxuio.h", "dxr2mf.h",
        "dxdevdef.h",
    ),
    "faxlib.h": ("srllib.h", "ctinfo.h", "dxtables.h"),
    "dticas.h": ("dlgtypes.h",),
    "dtilib.h": ("srllib.h", "ctinfo.h", "dticas.h"),
    "msilib.h": ("srllib.h", "ctinfo.h"),
    "dcblib.h": ("msilib.h",),
    "eclib.h": ("dxxxlib.h",),
    "cnferrs.h": ("dlgtypes.h",),
    "cnfevts.h": ("dlgtypes.h",),
    "cnflib.h": ("srllib.h", "cnferrs.h", "cnfevts.h"),
    "devmgmt.h": ("srllib.h",),
    "gcerr.h": ("dlgtypes.h",),
    "gccfgparm.h": ("dlgtypes.h",),
    "gclib.h": ("srllib.h", "ctinfo.h", "dxcallp.h", "gccfgparm.h"),
    "gcip_defs.h": ("dlgtypes.h",),
    "gcip.h": ("gclib.h", "gcip_defs.h"),
    "isdncmd.h": ("dlgtypes.h",),
    "isdndef.h": ("dlgtypes.h",),
    "isdnerr.h": ("dlgtypes.h",),
    "ccerr.h": ("dlgtypes.h",),
    "cclib.h": ("ccerr.h",),
    "isdnlib.h": ("cclib.h", "isdncmd.h", "isdndef.h", "isdnerr.h"),
    "gcisdn.h": ("gclib.h", "isdnlib.h"),
    "dm3cc_parm.h": ("dlgtypes.h",),
    "sctools.h": ("dlgtypes.h",),
    "scroute.h": ("sctools.h",),
}  # fmt: skip

ENUM_HEADERS = {
    "EC_": "eclib.h", "EnumSIP": "gcip.h", "GC_": "gclib.h", "Isdn": "gcisdn.h", "R2_": "dtilib.h",
    "dt": "dtilib.h", "eIP": "gcip.h", "enumIPC": "gcip.h", "eMS": "msilib.h", "DEV_": "devmgmt.h",
    "T_BRD": "devmgmt.h", "eCONN": "devmgmt.h", "eDEV": "devmgmt.h", "ECNF": "cnflib.h",
    "Board": "dxxxlib.h", "EnumCoding": "dtilib.h", "EnumLine": "dtilib.h",
}  # fmt: skip
"""Where an enumeration is declared, by the beginning of its name; else with Global Call."""

OLD = ("sr_getevtdev", "sr_getevttype", "sr_getevtlen", "sr_getevtdatap")
"""What programs call with and without an argument."""

EXTRA = {
    "dlgtypes.h": f"""\
/* Should the 64-bit libraries have another type where the manuals say long in a
 * structure, say so here, or with -DDLG_LONG=int. */
#ifndef DLG_LONG
#define DLG_LONG long
#endif
#define LINEDEV long
#define CRN long
{declare.typedefs()}
""",
    "srllib.h": """\
/* A handler is given the event's handle, which programs declare as they like. */
#ifdef __cplusplus
extern "C++" {
typedef long (*DLG_HANDLER)(void *);
inline long sr_enbhdlr(long d, unsigned long e, long (*h)(unsigned long))
{
    return sr_enbhdlr(d, e, reinterpret_cast<DLG_HANDLER>(h));
}
inline long sr_enbhdlr(long d, unsigned long e, long (*h)())
{
    return sr_enbhdlr(d, e, reinterpret_cast<DLG_HANDLER>(h));
}
inline long sr_enbhdlr(long d, unsigned long e, int (*h)(void *))
{
    return sr_enbhdlr(d, e, reinterpret_cast<DLG_HANDLER>(h));
}
inline long sr_dishdlr(long d, unsigned long e, long (*h)(unsigned long))
{
    return sr_dishdlr(d, e, reinterpret_cast<DLG_HANDLER>(h));
}
inline long sr_dishdlr(long d, unsigned long e, long (*h)())
{
    return sr_dishdlr(d, e, reinterpret_cast<DLG_HANDLER>(h));
}
inline long sr_dishdlr(long d, unsigned long e, int (*h)(void *))
{
    return sr_dishdlr(d, e, reinterpret_cast<DLG_HANDLER>(h));
}
}
#endif
""",
    "faxlib.h": "#define io_firstpg io_offset\n#define io_pgcount io_length\n",
    "dxxxlib.h": """\
struct stat;
#ifndef O_BINARY
#define O_BINARY 0 /* of programs that run on Windows too */
#endif
/* The values of these aren't published; they are ours. */
#define EV_STOPWTRING 0x0400
#define EV_STOPGETEVT 0x0800
#define DE_STOPWTRING 30
#define DE_STOPGETEVT 31
""",
    "sctools.h": """\
#define SC_VOX 1
#define SC_LSI 2
#define SC_DTI 3
#define SC_FAX 4
#define SC_MSI 5
#define SC_FULLDUP 0
#define SC_HALFDUP 1
""",
    "msilib.h": "#define chan_lts chan_attr\n",
    "gcip.h": """\
#include <string.h>
static inline void INIT_IPCCLIB_START_DATA(IPCCLIB_START_DATA *data, unsigned char boards,
                                           IP_VIRTBOARD *list)
{
    memset(data, 0, sizeof(*data));
    data->version = 0x0200;
    data->delimiter = ',';
    data->num_boards = boards;
    data->board_list = list;
}
static inline void INIT_MIME_MEM(MIME_MEM *memory)
{
    memory->version = MIME_MEM_VERSION;
    memory->size = 0;
    memory->number = 0;
}
static inline void INIT_IP_VIRTBOARD(IP_VIRTBOARD *board)
{
    memset(board, 0, sizeof(*board));
    board->version = (unsigned short)IP_VIRTBOARD_VERSION;
    board->size = sizeof(*board);
    board->total_max_calls = 120;
    board->h323_max_calls = IP_CFG_DEFAULT;
    board->sip_max_calls = IP_CFG_DEFAULT;
    board->localIP.ip_ver = IPVER4;
    board->localIP.u_ipaddr.ipv4 = IP_CFG_DEFAULT;
    board->h323_signaling_port = (unsigned short)IP_CFG_DEFAULT;
    board->sip_signaling_port = (unsigned short)IP_CFG_DEFAULT;
    INIT_MIME_MEM(&board->sip_mime_mem);
}
""",
}


def write(folder: Path) -> None:
    """Write all headers into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("dlgtypes.h", *INCLUDES):
        (folder / name).write_text(text(name), "utf-8")


def text(name: str) -> str:
    """Return a header's text."""
    guard = "DLG_" + name.upper().replace(".", "_")
    parts = [f"#ifndef {guard}\n#define {guard}"]
    parts += [f'#include "{other}"' for other in INCLUDES.get(name, ())]
    parts.append('#ifdef __cplusplus\nextern "C" {\n#endif')
    parts.append(_constants(name))
    parts += [declare.enumeration(enum) for enum in facts.enumerations() if _home(enum) == name]
    parts.append(_layouts(name))
    if name in EXTRA and name != "srllib.h":
        parts.append(EXTRA[name])
    parts.append(_functions(name))
    if name == "srllib.h":
        parts.append(EXTRA[name])
    parts.append("#ifdef __cplusplus\n}\n#endif\n#endif")
    return "\n\n".join(part for part in parts if part) + "\n"


def _home(enum: str) -> str:
    found = [header for start, header in ENUM_HEADERS.items() if enum.startswith(start)]
    return found[0] if found else "gclib.h"


def _constants(name: str) -> str:
    members = {member for enum in facts.enumerations().values() for member in enum}
    return "\n".join(
        f"#define {one.name} {_value(one.value)}"
        for one in facts.constants().values()
        if one.header == name and one.name not in members
    )


def _value(value: int) -> str:
    if value < 0:
        return f"({value})"
    return str(value) if value < 1024 else hex(value)


def _layouts(name: str) -> str:
    own = [layout.name for layout in facts.layouts().values() if layout.header == name]
    parts = []
    for layout in declare.ordered(own):
        if layout.header == name:
            body = declare.definition(layout, "DLG_LONG")
            packed = f"#pragma pack(push, 1)\n{body}\n#pragma pack(pop)"
            parts.append(packed if layout.is_packed else body)
    return "\n".join(parts)


def _functions(name: str) -> str:
    return "\n".join(
        _prototype(one.name, one.signature) for one in facts.functions().values()
        if one.header == name
    )  # fmt: skip


def _prototype(name: str, signature: str) -> str:
    if name in OLD:
        plain = signature.replace("()", "")
        return f"#ifdef __cplusplus\n{plain}(...);\n#else\n{plain}();\n#endif"
    if name in ("sr_enbhdlr", "sr_dishdlr"):
        start = f"long {name}(long ddd, unsigned long event_type, long (*hdlr)"
        return f"#ifdef __cplusplus\n{start}(void *));\n#else\n{start}());\n#endif"
    return f"{signature};"
