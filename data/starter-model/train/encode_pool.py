# SPDX-License-Identifier: GPL-3.0-or-later
"""Draw the training pictures once and encode them: a file of pictures, their latents and what they show."""

import argparse

import numpy
import torch

import data
from networks import Vae
from storage import load_checkpoint, replace_file


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vae", required=True, help="the VAE's checkpoint")
    parser.add_argument("--pool", required=True, help="file to write (.npz)")
    parser.add_argument("--count", type=int, default=3780, help="pictures (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="for sizes, places and grounds (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads (default: %(default)s)")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)

    vae = Vae()
    vae.load_state_dict(load_checkpoint(options.vae)["vae"])
    subjects, colours, pictures = zip(*data.make_pictures(data.load_subjects(), options.count, options.seed))
    pictures = numpy.stack(pictures)
    latents = []
    with torch.no_grad():
        for start in range(0, len(pictures), 30):
            batch = torch.from_numpy(data.to_signed(pictures[start:start + 30])).permute(0, 3, 1, 2)
            latents.append(vae.encode(batch).half().numpy())
            print(f"{start + len(batch)} of {len(pictures)}", flush=True)
    replace_file(options.pool, lambda path: numpy.savez(open(path, "wb"), pictures=pictures,
                                                        latents=numpy.concatenate(latents),
                                                        subjects=numpy.array(subjects), colours=numpy.array(colours)))


if __name__ == "__main__":
    main()
