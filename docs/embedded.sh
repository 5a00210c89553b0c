#!/bin/sh
# Repeats the embedded model, from the repository's folder: sh docs/embedded.sh POEMS.jsonl.gz FOLDER
# POEMS are JSON Lines with `text` and `author`. What is held out there is never read here. Then comes the anthology.
set -eu
python tests/benchmarks/split_poetry.py "$1" "$2"
corpus=$2/poetry-en-train.txt
poemgen train "$corpus" --units 512 --batch 128 --window 64 --learning-rate 0.006 --steps 6600 --float16 \
    -o "$2/forward.safetensors"
poemgen train "$corpus" --from "$2/forward.safetensors" --only backward --batch 32 --window 64 --learning-rate 0.005 \
    --steps 33000 --rng-seed 1 --float16 -o "$2/both.safetensors"
poemgen train "$corpus" --from "$2/both.safetensors" --only forward --units 640 --batch 32 --window 64 \
    --learning-rate 0.004 --steps 34000 --float16 -o "$2/wider.safetensors"
poemgen train "$corpus" corpora --from "$2/wider.safetensors" --only forward --batch 32 --window 128 \
    --learning-rate 0.002 --steps 6000 --float16 -o "$2/anthology.safetensors"
poemgen train "$corpus" corpora --from "$2/anthology.safetensors" --only fill --batch 32 --window 128 \
    --learning-rate 0.003 --steps 4200 --float16 -o "$2/fill.safetensors"
poemgen train "$corpus" corpora --from "$2/fill.safetensors" --only forward --batch 32 --window 256 \
    --learning-rate 0.002 --poem-limit 1500 --steps 3500 --float16 -o "$2/beginnings.safetensors"
poemgen train "$corpus" corpora --from "$2/beginnings.safetensors" --only fill --batch 32 --window 128 \
    --learning-rate 0.0025 --steps 3800 --float16 -o "$2/gaps.safetensors"
poemgen train "$corpus" corpora --from "$2/gaps.safetensors" --only backward --batch 32 --window 128 \
    --poem-limit 1500 --steps 1800 --float16 -o "$2/backward.safetensors"
poemgen train "$corpus" --from "$2/backward.safetensors" --only forward --poem-limit 3000 --steps 0 \
    --match-lengths --float16 -o "$2/embedded.safetensors"
