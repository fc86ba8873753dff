namespace Unroll.Data.Sets;

/// <summary>The files that recipes for forecasts read, each at a commit of a public repository.</summary>
internal static class ForecastingSets
{
    private const string Transformers = "zhouhaoyi/ETDataset/1d16c8f4f943005d613b5bc962e9eeb06058cf07";
    private const string M4 = "Mcompetitions/M4-methods/6c1067e5a57161249b17289a565178dc7a3fb3ca/Dataset";
    private const string Brownlee = "jbrownlee/Datasets/d20fcb6402ae34e653d4513b00f39257bb37ed7f";
    private const string Korea = "Sanghoon-ai/bok-data-analysis/438dd952353bf64e532294212422a5b128a874eb";

    /// <summary>All of them, by name.</summary>
    public static IReadOnlyList<FileDataSet> All { get; } =
    [
        new(
            "era5-uk-t2m",
            "The temperature two metres above the British Isles, hour by hour in March 2019, on 33 by 49 places (ERA5).",
            "Copernicus licence: free, with attribution. Contains modified Copernicus Climate Change Service information 2019.",
            Download.FromGitHub(
                "pydata/xarray-data/58de68cb45bcbd1557df11a92827758495481b4e", "era5-2mt-2019-03-uk.grib", "eae4f0d198f4f6c16ba950975a217155", 2_499_840)),
        new(
            "ett",
            "Six loads and the oil temperature of two electricity transformers, 17,420 hours each (ETTh1 and ETTh2).",
            "CC BY-ND 4.0; Zhou et al. (AAAI 2021).",
            Download.FromGitHub(Transformers, "ETT-small/ETTh1.csv", "8381763947c85f4be6ac456c508460d6", 2_589_657),
            Download.FromGitHub(Transformers, "ETT-small/ETTh2.csv", "51a229a3fc13579dd939364fefe9c7ab", 2_417_960)),
        new(
            "exchange-rate",
            "The daily exchange rates of eight countries, 7,588 days from 1990 to 2016.",
            "No licence stated; collected by Lai et al. (SIGIR 2018).",
            Download.FromGitHub(
                "laiguokun/multivariate-time-series-data/7f402f185cc2435b5e66aed13a3b560ed142e023",
                "exchange_rate/exchange_rate.txt.gz", "9dd5a9c8f8f324e234938400f232fa08", 177_142)),
        new(
            "forecast-small",
            "Eight small series that many texts use: air passengers, sunspots, temperatures, births, sales, bicycles, a household, bad air.",
            "Differs from file to file and is mostly not stated; bicycles, household and bad air: CC BY 4.0, UCI Machine Learning Repository.",
            Download.FromGitHub(Brownlee, "airline-passengers.csv", "558a08bfda3955c8506436677352f7b8", 2_180),
            Download.FromGitHub(
                "datasafariwithcj/data_science_first_steps/2b9125a56b1f3a65e5012fc7191d51c80eb3bef4",
                "hour.csv", "7ddac11c7603f7a939ce1809357ce499", 1_139_356) with { Name = "bike_sharing_hour.csv" },
            Download.FromGitHub(Brownlee, "daily-min-temperatures.csv", "5d343d678173fadff7c8474073145e73", 67_921),
            Download.FromGitHub(Brownlee, "daily-total-female-births.csv", "01a7b1a4ad69022d29de291e02e0bcf5", 6_220),
            Download.FromGitHub(
                "northnpk/power-consumption-prediction/c898e0a137b216009479e405335e595e97aef8e7",
                "household_power_consumption_days.csv", "45c8166acc9d4c08604f52d0dac91485", 175_224),
            Download.FromGitHub(Brownlee, "monthly-sunspots.csv", "dee19278d812667c0933bfcccbe4d0b2", 45_039),
            Download.FromGitHub(Brownlee, "pollution.csv", "c50993a329efa65dc08a36384576756e", 2_010_492),
            Download.FromGitHub(Brownlee, "shampoo.csv", "eb2d6313d604d16f3f01438d83d38385", 519)),
        new(
            "kospi",
            "The Korean share index day by day since 1990, with what may move it: investors, credit, exchange rate, indicators, US shares.",
            "US series: Open Data Commons Public Domain Dedication. The others: no licence stated.",
            Download.FromGitHub(Korea, "KOSPI.csv", "8089e07328883d61515b35f8cf7a80b4", 694_758) with { Name = "kospi_daily_1990_2025.csv" },
            Download.FromGitHub(
                "chaeeeek/credit-signal-modeling/02a8ce8993bda822b564e178051449cb2f5a4ecc",
                "KOSPI.csv", "c461f43b3ba931caf6619819e44082f7", 358_699) with { Name = "kospi_daily_credit_2010_2025.csv" },
            Download.FromGitHub(
                "DaeYoung7/sogang-behavior_finance-volatility/e6cadf6222400fec0ff83de3f4ac3868001f1aaf",
                "KOSPI.csv", "5f791c0474c4bf31ba962e90306d0368", 139_033) with { Name = "kospi_daily_investor_flows_2005_2020.csv" },
            Download.FromGitHub(Korea, "USD_KRW.csv", "4654f95b3f07f891817b28d1dea96ed5", 167_703) with { Name = "usd_krw.csv" },
            Download.FromGitHub(Korea, "선행지수순환변동치.csv", "50dbb067f19dbe0d1237af21d650daea", 6_953) with { Name = "leading_index_cyclical_monthly.csv" },
            Download.FromGitHub(Korea, "동행지수순환변동치.csv", "6ccad400f922125254c6197f70d7c660", 6_935) with { Name = "coincident_index_cyclical_monthly.csv" },
            Download.FromGitHub(
                "datasets/finance-vix/6f56e2760520824b787cf6b85945c62186d38bc6", "data/vix-daily.csv", "b7a2e574198fc1d4d8b5a8d5149aade0", 479_964),
            Download.FromGitHub(
                "datasets/s-and-p-500/f23898667d8764ea9e8a641b0b41487437e33b39",
                "data/data.csv", "17208f3e9ac3ce4af8847c52fe144a17", 123_698) with { Name = "sp500_shiller_monthly.csv" }),
        new(
            "m4",
            "The hourly and weekly series of the M4 competition: 414 with 48 hours to forecast, 359 with 13 weeks.",
            "No licence stated; published for research by Makridakis, Spiliotis and Assimakopoulos (International Journal of Forecasting 2020).",
            Download.FromGitHub(M4, "Train/Hourly-train.csv", "5838f531d0a29ba6aa70a90f72c82686", 2_347_115),
            Download.FromGitHub(M4, "Test/Hourly-test.csv", "d3f313cdb3417c30297ae4beec188266", 132_820),
            Download.FromGitHub(M4, "Train/Weekly-train.csv", "4ff716c6b4e63815761d4bc6d5eeff1d", 4_015_067),
            Download.FromGitHub(M4, "Test/Weekly-test.csv", "39463ccfd938eb3c89afc9368a7b0ab4", 44_247)),
    ];
}
