namespace SmartCityIoT.LoadTest;

/// <summary>A measurement could not be made; the message says why, for a person.</summary>
internal sealed class LoadTestException(string message, Exception? inner = null) : Exception(message, inner);
