# A recording without a sample is not looked for.
# fails: audio
# says: a WAV without a sample

# %% audio
import soundfile


# strongest(samples, rate)    the strongest tone in hertz
# POST /classify-audio        takes a file
def strongest(samples, rate):
    """Return the strongest tone of an array with a row for each moment and a column for each channel."""
    swings = samples - samples.mean(axis=0)
    loudness = np.abs(np.fft.rfft(swings, axis=0)).max(axis=1)
    return loudness.argmax() * rate / len(samples)


@app.post("/classify-audio")
def classify_audio(file: UploadFile):
    """Say which note a recording is of."""
    data = file.file.read()
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise HTTPException(415, "Not a WAV file.")
    try:
        samples, rate = soundfile.read(io.BytesIO(data), always_2d=True)
    except soundfile.LibsndfileError as problem:
        raise HTTPException(422, "The recording cannot be read.") from problem
    return {
        "seconds": len(samples) / rate,
        "sample_rate": rate,
        "channels": samples.shape[1],
        "note": note_name(strongest(samples, rate)),
    }
