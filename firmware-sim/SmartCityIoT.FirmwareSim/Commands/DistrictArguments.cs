using System.CommandLine;
using System.CommandLine.Parsing;
using SmartCityIoT.FirmwareSim.Districts;

namespace SmartCityIoT.FirmwareSim.Commands;

/// <summary>The options that say which district to simulate; every subcommand has them.</summary>
internal sealed class DistrictArguments
{
    private readonly Option<ulong> seed = new("--seed")
    {
        Description = "The same seed gives the same devices, sites and measurements.",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<int?> devices = new("--devices")
    {
        Description = "How many devices, spread evenly over all kinds. Default: all of the region's district.",
        HelpName = "N",
    };

    private readonly Option<DirectoryInfo?> region = new("--region")
    {
        Description = "Folder with a region.json. Default: the region that came with the program.",
        HelpName = "DIR",
    };

    private readonly Option<double> intervalScale = new("--interval-scale")
    {
        Description = "Factor on all reporting intervals: 0.1 reports ten times as often.",
        DefaultValueFactory = _ => 1,
    };

    public DistrictArguments()
    {
        devices.Validators.Add(result => Require(result, result.GetValueOrDefault<int?>() is null or > 0, "--devices is 1 or more"));
        intervalScale.Validators.Add(result => Require(result, result.GetValueOrDefault<double>() is >= 0.001 and <= 1000, "--interval-scale is between 0.001 and 1000"));
    }

    public void AddTo(Command command)
    {
        command.Options.Add(seed);
        command.Options.Add(devices);
        command.Options.Add(region);
        command.Options.Add(intervalScale);
    }

    /// <exception cref="InvalidDataException">The region or the sector packs do not fit; one line.</exception>
    public District Build(ParseResult parsed)
    {
        var pack = parsed.GetValue(region) is { } folder ? RegionPackReader.Read(folder.FullName) : RegionPackReader.ReadDefault();
        return District.Create(pack, SectorPackFolder.Read(SectorPackFolder.Default), new DistrictOptions
        {
            Seed = parsed.GetValue(seed),
            Devices = parsed.GetValue(devices),
            IntervalScale = parsed.GetValue(intervalScale),
        });
    }

    private static void Require(OptionResult result, bool isMet, string otherwise)
    {
        if (!isMet) result.AddError(otherwise);
    }
}
