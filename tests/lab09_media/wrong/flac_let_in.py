# Whatever the library reads is taken for a WAV.
# fails: audio
# says: a FLAC called note.wav

# %% audio
import soundfile


# POST /classify-audio    takes a file
@app.post("/classify-audio")
def classify_audio(file: UploadFile):
    """Say which note a recording is of."""
    data = file.file.read()
    try:
        samples, rate = soundfile.read(io.BytesIO(data), always_2d=True)
    except soundfile.LibsndfileError as problem:
        raise HTTPException(415, "Not a WAV file.") from problem
    if not len(samples):
        raise HTTPException(422, "The recording is empty.")
    swings = samples - samples.mean(axis=0)
    loudness = np.abs(np.fft.rfft(swings, axis=0)).max(axis=1)
    hertz = loudness.argmax() * rate / len(samples)
    return {
        "seconds": len(samples) / rate,
        "sample_rate": rate,
        "channels": samples.shape[1],
        "note": note_name(hertz),
    }
