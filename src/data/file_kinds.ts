/** What a file is, by the end of its name and by its first bytes: the images that are read, and what no reader reads. */

/** Endings of PNG and of JPEG as cameras, browsers and operating systems write them. */
const imageEnding = /\.(a?png|jpe?g|jpe|jfif|jfi|jif|pjpeg|pjp)$/i;

/** Whether a file is an image that is read, by its name. */
export const isImageName = (name: string): boolean => imageEnding.test(name);

interface Format {
  readonly name: string;
  /** End of the file's name, in lower case. */
  readonly ending?: RegExp;
  /** The file's first bytes, each as the character of its number. */
  readonly magic?: RegExp;
  /** What to do about a file of this format that is called an image. */
  readonly advice?: string;
}

/** Formats of images, of data sets and of archives that no reader of folders reads. */
const others: readonly Format[] = [
  { name: "WebP", ending: /\.webp$/, magic: /^RIFF.{4}WEBP/s },
  { name: "BMP", ending: /\.(bmp|dib)$/, magic: /^BM.{4}\0{4}/s },
  { name: "TIFF", ending: /\.tiff?$/, magic: /^(II[*+]\0|MM\0[*+])/ },
  { name: "GIF", ending: /\.gif$/, magic: /^GIF8[79]a/ },
  { name: "AVIF", ending: /\.avifs?$/, magic: /^.{4}ftypavi[fs]/s },
  { name: "HEIC", ending: /\.(heic|heif|hif)$/, magic: /^.{4}ftyp(he[iv]|mif1|msf1)/s },
  { name: "JPEG 2000", ending: /\.(jp2|j2k|j2c|jpc|jpf|jpx)$/, magic: /^(\0{3}.jP {2}|\xffO\xffQ)/ },
  { name: "JPEG XL", ending: /\.jxl$/, magic: /^(\0{3}.JXL |\xff\n)/ },
  { name: "PPM", ending: /\.p[bgpnaf]m$/, magic: /^P[1-7Ff]\s/ },
  { name: "TGA", ending: /\.tga$/ },
  { name: "ICO", ending: /\.ico$/ },
  { name: "PSD", ending: /\.psd$/, magic: /^8BPS/ },
  { name: "SVG", ending: /\.svgz?$/, magic: /^\s*<(svg|\?xml)/ },
  { name: "DICOM", ending: /\.(dcm|dicom)$/, magic: /^.{128}DICM/s },
  { name: "NIfTI", ending: /\.nii(\.gz)?$/ },
  { name: "PDF", ending: /\.pdf$/, magic: /^%PDF/ },
  { name: "HTML", ending: /\.html?$/, magic: /^\s*<(!doctype html|html)/i, advice: "download it again" },
  { name: "NumPy", ending: /\.np[yz]$/, magic: /^\x93NUMPY/ },
  { name: "MATLAB", ending: /\.mat$/, magic: /^MATLAB/ },
  { name: "HDF5", ending: /\.(h5|he5|hdf5?)$/, magic: /^\x89HDF/ },
  { name: "Parquet", ending: /\.parquet$/, magic: /^PAR1/ },
  { name: "Arrow", ending: /\.(arrow|feather)$/, magic: /^ARROW1/ },
  { name: "TFRecord", ending: /\.tfrecords?(-\d+-of-\d+)?$/ },
  { name: "LMDB", ending: /\.l?mdb$/ },
  { name: "PyTorch", ending: /\.pth?$/ },
  { name: "pickle", ending: /\.(pkl|pickle)$/ },
  { name: "CSV", ending: /\.[ct]sv(\.gz)?$/ },
  { name: "zip", ending: /\.zip$/, magic: /^PK[^ -~]{2}/ },
  { name: "RAR", ending: /\.rar$/, magic: /^Rar!/ },
  { name: "7z", ending: /\.7z$/, magic: /^7z\xbc\xaf/ },
  { name: "a pointer of Git LFS", magic: /^version https:\/\/git-lfs/, advice: "fetch it with git lfs pull" },
];

/** The format that a file's name says, where no reader of folders reads it; undefined for every other name. */
export function describeOther(name: string): string | undefined {
  const lower = name.toLowerCase();
  return others.find(({ ending }) => ending?.test(lower))?.name;
}

/** Bytes at the start of a file that tell what it is. */
const magicBytes = 132;

/**
 * What is wrong with a file that is called an image, where its first bytes say a format that no reader of folders reads;
 * undefined for all others.
 */
export function whyNotRead(bytes: Uint8Array): string | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, magicBytes));
  const format = others.find(({ magic }) => magic?.test(head));
  return format && `it is ${format.name}, which is not read; ${format.advice ?? "convert it to PNG or JPEG"}`;
}
