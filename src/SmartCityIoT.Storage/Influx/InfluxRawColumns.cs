namespace SmartCityIoT.Storage.Influx;

/// <summary>Where the columns of a <c>SELECT *</c> stand in its rows; −1 for one that is not there.</summary>
internal sealed record InfluxRawColumns(
    int Device, int Channel, int Site, int Area, int Model, int Flags, int Quality, int Boot, int Sequence, int Sample, int FieldName)
{
    /// <summary>Fields of a reading with their columns; of another kind the members of its body in their order.</summary>
    public required IReadOnlyList<(string Name, int Column)> Values { get; init; }
}
