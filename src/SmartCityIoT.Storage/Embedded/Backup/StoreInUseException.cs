namespace SmartCityIoT.Storage.Embedded.Backup;

/// <summary>Another process, a running platform, holds the store's file.</summary>
public sealed class StoreInUseException(string path, Exception inner) : Exception($"{path} is held by a running platform", inner);
