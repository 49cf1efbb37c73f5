"""lab09_media: pictures, recordings, streams and sockets, for its checks; the slate and the waterfall."""
