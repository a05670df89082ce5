"""A folder of class-named folders of images, and a text for each class."""
