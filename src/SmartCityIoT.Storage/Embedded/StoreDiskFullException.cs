namespace SmartCityIoT.Storage.Embedded;

/// <summary>The disk has less free space than the store keeps in reserve; it is written again when there is room.</summary>
internal sealed class StoreDiskFullException(long freeMegabytes, int reserveMegabytes)
    : Exception($"The disk has {freeMegabytes} MB free and {reserveMegabytes} MB are kept in reserve");
