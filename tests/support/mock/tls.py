# SPDX-License-Identifier: MIT
"""Certificates made for one run of the server, and what a client may find at a TLS port.

    tls:good         signed by the run's own authority for 127.0.0.1, ::1 and localhost
    tls:expired      the same, and its time is over
    tls:wrong-host   the same for another host's name
    tls:self-signed  signed by nobody else
    tls:old          speaks TLS 1.1 at most
    tls:reset        reads the client's first words and resets the connection
    h2:good          good, and HTTP/2 is offered
    h2:still         the same, and no long body can be sent (http2.py)

The authority's certificate is a file that the ready line names; nothing of it is kept.
"""
import pathlib
import ssl
import subprocess

NAMES = "IP:127.0.0.1,IP:::1,DNS:localhost"
EC = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
CONFIG = """[ca]
default_ca = mock
[mock]
database = {folder}/index
serial = {folder}/serial
new_certs_dir = {folder}
default_md = sha256
policy = any
copy_extensions = copy
unique_subject = no
[any]
commonName = supplied
"""


def openssl(folder, *words):
    done = subprocess.run(["openssl", *words], cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError("openssl %s: %s" % (words[0], done.stderr[-500:]))


class Authority:
    """An authority in FOLDER; a certificate is made when it is first asked for."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.file = self.folder / "authority.pem"
        self.made = set()

    def start(self):
        if self.file.exists():
            return
        (self.folder / "index").write_text("")
        (self.folder / "serial").write_text("01\n")
        (self.folder / "ca.cnf").write_text(CONFIG.format(folder=self.folder))
        openssl(self.folder, "req", "-x509", *EC, "-keyout", "authority.key", "-out",
                "authority.pem", "-subj", "/CN=mock authority", "-days", "2",
                "-addext", "basicConstraints=critical,CA:TRUE",
                "-addext", "keyUsage=critical,keyCertSign,cRLSign")

    def make(self, name, names, dates):
        self.start()
        openssl(self.folder, "req", "-new", *EC, "-keyout", name + ".key", "-out", name + ".csr",
                "-subj", "/CN=mock", "-addext", "subjectAltName=" + names)
        openssl(self.folder, "ca", "-batch", "-config", "ca.cnf", "-cert", "authority.pem",
                "-keyfile", "authority.key", "-in", name + ".csr", "-out", name + ".pem",
                "-notext", *dates)

    def certificate(self, kind):
        """(certificate file, key file) for a kind of port."""
        name = {"wrong-host": "wrong-host", "expired": "expired",
                "self-signed": "self-signed"}.get(kind, "good")
        if name not in self.made:
            if name == "self-signed":
                self.start()
                openssl(self.folder, "req", "-x509", *EC, "-keyout", name + ".key", "-out",
                        name + ".pem", "-subj", "/CN=mock", "-days", "2",
                        "-addext", "subjectAltName=" + NAMES)
            elif name == "expired":
                self.make(name, NAMES, ("-startdate", "200101000000Z",
                                        "-enddate", "200102000000Z"))
            else:
                self.make(name, NAMES if name == "good" else "DNS:elsewhere.invalid",
                          ("-days", "2"))
            self.made.add(name)
        return str(self.folder / (name + ".pem")), str(self.folder / (name + ".key"))

    def context(self, kind, http2):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.certificate(kind))
        if kind == "old":
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = ssl.TLSVersion.TLSv1_1
        context.set_alpn_protocols(["h2", "http/1.1"] if http2 else ["http/1.1"])
        return context
