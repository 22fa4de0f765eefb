"""The directory as files: any selection and everything, in formats that other programs know, streamed in flat memory."""
