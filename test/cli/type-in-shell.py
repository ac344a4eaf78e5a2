"""type-in-shell.py SHELL [TEXT EXPECTED]…: types each TEXT (with its TABs) into an interactive shell that completes plainsight, and takes it
back. Prints a JSON list of what the terminal showed by the time that EXPECTED stood there, or a minute had passed."""
import fcntl, json, os, pty, re, select, struct, sys, termios, time

SETUP = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], "source <(plainsight completion bash)"),
    "zsh": (["zsh", "-f", "-i"], "autoload -U compinit; compinit -u -D; source <(plainsight completion zsh)"),
    "fish": (["fish", "--no-config", "-i"], "plainsight completion fish | source"),
}


def plain(seen):
    return re.sub(r"\x1b(\[[0-9;?]*[a-zA-Z]|\][^\x07]*\x07|[()=>].?)|.\x08|\x07", "", seen)


def read_until(fd, wanted, seconds, quiet=1.5):
    seen, last, end = "", time.time(), time.time() + seconds
    while time.time() < end:
        if select.select([fd], [], [], 0.1)[0]:
            seen += os.read(fd, 65536).decode("utf8", "replace")
            last = time.time()
            # fish asks what the terminal is and waits for the answer.
            if "\x1b[c" in seen or "\x1b[0c" in seen:
                os.write(fd, b"\x1b[?1;2c")
        elif wanted is None and time.time() - last > quiet:
            break
        if wanted is not None and re.search(wanted, plain(seen)):
            break
    return seen


shell, cases = sys.argv[1], sys.argv[2:]
words, setup = SETUP[shell]
pid, fd = pty.fork()
if pid == 0:
    os.environ.update(TERM="xterm", PS1="$ ", COLUMNS="200", LINES="60", HISTFILE="/dev/null")
    os.execvp(words[0], words)
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 60, 200, 0, 0))
read_until(fd, None, 20, 1)
sum_of = "(math 40+2)" if shell == "fish" else "$((40+2))"
os.write(fd, f"{setup}; echo ready-{sum_of}\r".encode())
read_until(fd, r"ready-42", 60)
shown = []
for text, expected in zip(cases[::2], cases[1::2]):
    read_until(fd, None, 10, 0.3)
    for part in re.split(r"(\t)", text):
        os.write(fd, part.encode())
        time.sleep(0.1)
    shown.append(plain(read_until(fd, re.escape(expected), 60)))
    # To the end of the line, and all of it away.
    os.write(fd, b"\x05\x15")
print(json.dumps(shown))
os.close(fd)
