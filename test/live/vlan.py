"""An end of a VLAN without the kernel's 8021q: a tap device whose frames go over DEVICE with an 802.1Q tag. `vlan.py DEVICE TAP VID`."""

import fcntl
import os
import select
import socket
import struct
import sys

device, tap, vid = sys.argv[1], sys.argv[2], int(sys.argv[3])
IFF_TAP, IFF_NO_PI, TUNSETIFF = 0x0002, 0x1000, 0x400454CA
SOL_PACKET, PACKET_AUXDATA, VLAN_VALID = 263, 8, 0x10

ours = os.open("/dev/net/tun", os.O_RDWR)
fcntl.ioctl(ours, TUNSETIFF, struct.pack("16sH", tap.encode(), IFF_TAP | IFF_NO_PI))
wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
wire.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
wire.bind((device, 0))
print("ready", flush=True)

while True:
    for readable in select.select([ours, wire], [], [])[0]:
        if readable is ours:
            frame = os.read(ours, 65536)
            try:
                wire.send(frame[:12] + struct.pack("!HH", 0x8100, vid) + frame[12:])
            except OSError:
                # The device is not up yet, or its queue is full: a frame is lost, as on a wire.
                pass
            continue
        frame, ancillary, _, address = wire.recvmsg(65536, 256)
        if address[2] == socket.PACKET_OUTGOING:
            continue
        for level, kind, data in ancillary:
            # struct tpacket_auxdata: the kernel takes the tag out of what it delivers.
            if level == SOL_PACKET and kind == PACKET_AUXDATA:
                status, _, _, _, _, tag = struct.unpack_from("IIIHHH", data)
                if status & VLAN_VALID and tag & 0xFFF == vid:
                    try:
                        os.write(ours, frame)
                    except OSError:
                        # The tap is not up yet.
                        pass
