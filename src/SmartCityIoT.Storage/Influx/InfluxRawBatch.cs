namespace SmartCityIoT.Storage.Influx;

/// <summary>What one statement asks for.</summary>
/// <param name="Channel">This channel alone, whose rows come in order; null = all channels.</param>
internal readonly record struct InfluxRawBatch(ulong[] Devices, int? Channel);
