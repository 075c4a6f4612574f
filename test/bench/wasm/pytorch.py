"""PyTorch's turn (see peers.mjs), on one thread, with maps in channels-last order."""

import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(1)
torch.manual_seed(1)
CHANNELS_LAST = torch.channels_last


class Block(nn.Module):
    def __init__(self, cin, cout, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(cin, cout, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(cout)
        self.conv2 = nn.Conv2d(cout, cout, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(cout)
        self.fc1 = nn.Linear(cout, cout // 4)
        self.fc2 = nn.Linear(cout // 4, cout)
        same = stride == 1 and cin == cout
        self.shortcut = nn.Identity() if same else nn.Conv2d(cin, cout, 1, stride)

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        gate = torch.sigmoid(self.fc2(F.relu(self.fc1(y.mean((2, 3))))))
        return F.relu(y * gate[:, :, None, None] + self.shortcut(x))


class SmallSeResNet(nn.Module):
    """As in model.mjs."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU())
        channels = [16, 16, 16, 16, 32, 32, 32, 64, 64, 64]
        pairs = list(zip(channels, channels[1:]))
        self.blocks = nn.Sequential(*(Block(a, b, 1 if a == b else 2) for a, b in pairs))
        self.head = nn.Linear(64, 10)

    def forward(self, x):
        return self.head(self.blocks(self.stem(x)).mean((2, 3)))


def training_step():
    model = SmallSeResNet().to(memory_format=CHANNELS_LAST)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
    images = torch.randn(64, 3, 32, 32).to(memory_format=CHANNELS_LAST)
    labels = torch.arange(64) % 10

    def step():
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def convolution(shape, name, repeats):
    batch, size, cin, cout, kernel, stride = shape
    out = -(-size // stride)
    x = torch.randn(batch, cin, size, size).to(memory_format=CHANNELS_LAST)
    w = torch.randn(cout, cin, kernel, kernel).to(memory_format=CHANNELS_LAST)
    dy = torch.randn(batch, cout, out, out).to(memory_format=CHANNELS_LAST)
    pad = [kernel // 2] * 2
    mask = [name == "dX", name == "dW", False]

    def run():
        for _ in range(repeats):
            if name == "forward":
                F.conv2d(x, w, stride=stride, padding=pad)
            else:
                torch.ops.aten.convolution_backward(
                    dy, x, w, None, [stride] * 2, pad, [1, 1], False, [0, 0], 1, mask
                )

    return run


def times(work, runs):
    found = []
    for run in range(-1, runs):
        before = time.process_time()
        work()
        if run >= 0:
            found.append((time.process_time() - before) * 1000)
    return found


def say(value):
    print(json.dumps(value), flush=True)


say(torch.__version__)
step = None
for line in sys.stdin:
    request = json.loads(line)
    if request["work"] == "training":
        step = step or training_step()
        say(times(step, request["runs"]))
    else:
        with torch.no_grad():
            say(times(convolution(request["shape"], request["pass"], request["repeats"]), request["runs"]))
