import io

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler


class BoundedUpload(TemporaryFileUploadHandler):
    """Keeps files on disk, none of more than ``settings.MOST_UPLOADED`` bytes: the rest is read and thrown away.

    The form is then given an empty file, which every form refuses, and ``request.upload_refused`` tells
    why. (Django's StopUpload would read the rest line by line, and a file without a line end into memory at
    once.)
    """

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self._size = 0

    def receive_data_chunk(self, raw_data, start):
        self._size += len(raw_data)
        if self._size <= settings.MOST_UPLOADED:
            super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size):
        if self._size <= settings.MOST_UPLOADED:
            return super().file_complete(file_size)
        self.file.close()
        self.request.upload_refused = True
        return InMemoryUploadedFile(
            io.BytesIO(), self.field_name, self.file_name, self.content_type, 0, self.charset
        )
