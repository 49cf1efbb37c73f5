# Behind a head of 44 bytes stand 16 bit samples of one channel, in every WAV.
# fails: audio
# says: expected  200

# %% audio
import soundfile


# POST /classify-audio    takes a file
@app.post("/classify-audio")
def classify_audio(file: UploadFile):
    """Say which note a recording is of."""
    data = file.file.read()
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise HTTPException(415, "Not a WAV file.")
    rate = int.from_bytes(data[24:28], "little")
    samples = np.frombuffer(data[44 : len(data) // 2 * 2], dtype="<i2").astype(float)[:, None] / 32768
    if not rate:
        raise HTTPException(422, "The recording cannot be read.")
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
