"""A trained student in forms that others load: folders of plain values, SpeechBrain, ONNX."""
