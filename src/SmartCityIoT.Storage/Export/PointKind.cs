namespace SmartCityIoT.Storage.Export;

/// <summary>What a stored row tells of, in the order in which rows of one day are read.</summary>
public enum PointKind : byte
{
    Reading,
    Event,
    Boot,
    Acknowledgement,
}
