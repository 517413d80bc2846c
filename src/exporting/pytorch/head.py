"""An image classifier in PyTorch, 1.13 or later; nothing else is needed.

    from model import CLASSES, load, normalise

    model = load()  # reads model.safetensors, which lies beside this file
    logits = model(normalise(pixels))  # of pixels from 0 to 1, [images, *IMAGE]

After model.train() it is trained further as any module. For other classes, give it another last layer:

    model.classifier = torch.nn.Linear(model.classifier.in_features, classes)

The classes of image files: python3 model.py image.png ...
"""

import json
import sys
from pathlib import Path

import torch
from torch import nn

# In the order of the logits.
CLASSES = []
# Channels, height and width of an image.
IMAGE = []
# Mean and standard deviation of each channel of the training images, on the scale from 0 to 1.
MEAN = []
STD = []
