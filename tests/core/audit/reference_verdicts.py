"""Verdicts of the specification's reference verifier, many in one process.

usage: reference_verdicts.py FOLDER_OF_THE_REFERENCE < requests > verdicts
A request is one JSON object per line: file, pin (or null), vkeys, memory (or null). The answer is one verdict per line, in the
same order, or {"crash": text}. Signatures are checked by libcrypto instead of one openssl program per signature.
"""
import copy
import ctypes
import ctypes.util
import functools
import json
import sys

sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
sys.setrecursionlimit(5000)
import tallylog_ref as ref  # noqa: E402


def library_verify():
    name = ctypes.util.find_library('crypto')
    if not name:
        return None
    lib = ctypes.CDLL(name)
    for f, result, args in (('EVP_PKEY_new_raw_public_key', ctypes.c_void_p,
                             [ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t]),
                            ('EVP_MD_CTX_new', ctypes.c_void_p, []),
                            ('EVP_DigestVerifyInit', ctypes.c_int, [ctypes.c_void_p] * 5),
                            ('EVP_DigestVerify', ctypes.c_int,
                             [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t]),
                            ('EVP_MD_CTX_free', None, [ctypes.c_void_p]), ('EVP_PKEY_free', None, [ctypes.c_void_p])):
        getattr(lib, f).restype = result
        getattr(lib, f).argtypes = args

    @functools.lru_cache(None)
    def verify(pub, msg, sig):
        if len(sig) != 64 or len(pub) != 32:
            return False
        key = lib.EVP_PKEY_new_raw_public_key(1087, None, pub, 32)  # NID_ED25519
        if not key:
            return False
        context = lib.EVP_MD_CTX_new()
        good = lib.EVP_DigestVerifyInit(context, None, None, None, key) == 1 and \
            lib.EVP_DigestVerify(context, sig, len(sig), msg, len(msg)) == 1
        lib.EVP_MD_CTX_free(context)
        lib.EVP_PKEY_free(key)
        return good
    return verify


ref.ed_verify = library_verify() or ref.ed_verify
for line in sys.stdin:
    request = json.loads(line)
    try:
        with open(request['file'], 'rb') as file:
            answer = ref.verify(file.read(), request['pin'], copy.deepcopy(request['memory']), tuple(request['vkeys']))
    except Exception as error:  # noqa: BLE001
        answer = {'crash': repr(error)}
    print(json.dumps(answer), flush=True)
