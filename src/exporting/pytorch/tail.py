def normalise(pixels):
    """What the network takes, of pixels from 0 to 1, [..., *IMAGE]; colours are red, green and blue."""
    mean = torch.tensor(MEAN, dtype=pixels.dtype, device=pixels.device)
    std = torch.tensor(STD, dtype=pixels.dtype, device=pixels.device)
    return (pixels - mean[:, None, None]) / std[:, None, None]


def read_image(path):
    """The pixels of an image file from 0 to 1, [*IMAGE], resized as for training. Needs Pillow."""
    from PIL import Image

    channels, height, width = IMAGE
    with Image.open(path) as image:
        if image.mode.startswith("I"):
            # Grey of 16 bits: the high byte of each pixel. convert() would take all above 255 for white.
            samples = image.tobytes()
            step = len(samples) // (image.width * image.height)
            high = samples[0 if image.mode == "I;16B" else 1 :: step]
            image = Image.frombytes("L", image.size, high)
        image = image.convert("RGB").resize((width, height), Image.BILINEAR)
    if channels == 1:
        image = image.convert("L")
    pixels = torch.frombuffer(bytearray(image.tobytes()), dtype=torch.uint8)
    return pixels.reshape(height, width, channels).permute(2, 0, 1) / 255


def read_safetensors(path):
    """The tensors of a file by name: 8 bytes for the length of a header, the header in JSON, numbers."""
    data = bytearray(Path(path).read_bytes())
    start = 8 + int.from_bytes(data[:8], "little")
    if start > len(data):
        raise ValueError(f"{path} is damaged, or no safetensors file")
    header = json.loads(data[8:start])
    header.pop("__metadata__", None)
    types = {"F32": torch.float32, "I64": torch.int64}
    tensors = {}
    for name, entry in header.items():
        begin, end = (start + offset for offset in entry["data_offsets"])
        if end > len(data):
            raise ValueError(f"{path} is damaged: it ends within the tensor {name}")
        values = torch.frombuffer(data[begin:end], dtype=types[entry["dtype"]])
        tensors[name] = values.reshape(entry["shape"])
    return tensors


def load(path=Path(__file__).with_name("model.safetensors")):
    """The trained network, in evaluation mode. The file has to have its tensors, and no others."""
    model = Network()
    model.load_state_dict(read_safetensors(path), strict=True)
    return model.eval()


def main(paths):
    """Prints the class of each image file, and how probable the network finds it."""
    if not paths:
        sys.exit("Give image files: python3 model.py image.png ...")
    try:
        import PIL
    except ImportError:
        sys.exit("Reading image files needs Pillow: python3 -m pip install pillow")
    model = load()
    for path in paths:
        try:
            pixels = read_image(path)
        except OSError as error:
            sys.exit(f"Cannot read {path}: {error}")
        with torch.no_grad():
            probabilities = model(normalise(pixels)[None])[0].softmax(0)
        best = int(probabilities.argmax())
        print(f"{path}: {CLASSES[best]}, {100 * probabilities[best]:.1f} %")


if __name__ == "__main__":
    main(sys.argv[1:])
