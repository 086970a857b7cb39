namespace SmartCityIoT.Storage.Export;

/// <summary>A copy cannot be done or go on; the message is one line that says what, where and what to do.</summary>
public sealed class StoreCopyException(string message, Exception? inner = null) : Exception(message, inner);
