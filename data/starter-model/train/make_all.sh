#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The whole training, from nothing to the files that ship, in about 25 minutes on one large GPU.
#
#   make_all.sh FOLDER [DEVICE] [MINUTES] [COUNT] [PROCESSES]
#
# FOLDER gets checkpoints and results; called again, the trainings go on from there. COUNT is the number of scenes.
set -eu

folder=$1
device=${2:-cuda}
minutes=${3:-24}
count=${4:-160000}
processes=${5:-16}
train=$(dirname "$0")
merges=$train/../../tokenizer/bpe_simple_vocab_16e6.txt
python=${PYTHON:-python3}

on() {
  name=$1
  shift
  $python "$train/$name.py" "$@" --device "$device" --processes "$processes"
}

part() {
  awk "BEGIN { print $minutes * $1 }"
}

mkdir -p "$folder"
[ -e "$folder/text.pt" ] ||
  $python "$train/train_text.py" --merges "$merges" --text "$folder/text.pt" --threads "$processes" &
on train_vae --checkpoint "$folder/vae.pt" --minutes "$(part 0.06)" --crop 32 --batch 256 \
  --pictures $((count / 5)) --memory 0.99
on train_vae --checkpoint "$folder/vae-2.pt" --start "$folder/vae.pt" --minutes "$(part 0.19)" \
  --crop 64 --batch 128 --pictures $((count / 5))
wait
[ -e "$folder/pool.npz" ] ||
  on encode_pool --vae "$folder/vae-2.pt" --merges "$merges" --pool "$folder/pool.npz" \
    --count "$count"
on train_unet --checkpoint "$folder/unet.pt" --pool "$folder/pool.npz" --merges "$merges" \
  --text "$folder/text.pt" --minutes "$(part 0.5)" --batch 512 --rate 1e-3
$python "$train/export.py" --pool "$folder/pool.npz" --vae "$folder/vae-2.pt" --unet "$folder/unet.pt" \
  --merges "$merges" --output "$folder/starter.safetensors"
on train_tiny --checkpoint "$folder/tiny.pt" --pool "$folder/pool.npz" --minutes "$(part 0.04)" \
  --batch 128 --output "$folder/starter.taesd.safetensors"
on train_few_steps --checkpoint "$folder/few.pt" --pool "$folder/pool.npz" --merges "$merges" \
  --unet "$folder/unet.pt" --minutes "$(part 0.1)" --batch 256 --memory 0.95
$python "$train/export.py" --pool "$folder/pool.npz" --vae "$folder/vae-2.pt" --unet "$folder/few.pt" \
  --merges "$merges" --title "Sfumato Starter, four steps" --output "$folder/starter-4-steps.safetensors"
